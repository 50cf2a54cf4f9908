/** The methods of the comparison by name, in the order of the report; docs/compression-evaluation.md describes each. */
import type { Bounds } from '../../../lib/codec/choose.js';
import type { Ladder } from '../../../lib/codec/ladder.js';
import { caeName, levelsOf } from './coded-record.js';
import type { LabelPredictor } from './label-predictor.js';
import type { Predictor } from './predictors.js';
import { always, byLevel, byPrediction, byTruth, predictedErrors, trueErrors, type Level, type Rule } from './rules.js';

export interface Method {
  readonly name: string;
  /** Rule, or a text that says why the method cannot be run. */
  readonly rule: Rule | string;
  /** Bounds under which the method chooses. */
  readonly bounds: Bounds;
  /** Returns the choice parameters under given bounds; only if a predictor chooses. */
  readonly choiceFor?: Predictor['choiceFor'];
  /** Whether the method belongs in the curves over the bound. */
  readonly chooses: boolean;
}

export interface MethodParts {
  readonly ladder: Ladder;
  /** Predictors of the edge: the shipped one first, then others. */
  readonly predictors: readonly [Predictor, ...Predictor[]];
  /** Ladder with the paper's rungs. */
  readonly paper: Ladder;
  readonly cae: Ladder | undefined;
  readonly labelPredictor: LabelPredictor | undefined;
  /** Bounds of the run. */
  readonly bounds: Bounds;
  /** Bounds of the shipped policy. */
  readonly shipped: Bounds;
}

const NO_LABEL_PREDICTOR = 'no predictor trained on the cross-entropy against labels ships with the codec';
const NO_CAE = 'the weights of the autoencoder of phase 1 alone do not ship (models/cae)';

export function listMethods({
  ladder,
  predictors,
  paper,
  cae,
  labelPredictor,
  bounds,
  shipped,
}: MethodParts): Method[] {
  const [first, ...others] = predictors;
  const at = (gain: number): Level[] => levelsOf(paper).filter(({ nominalGain }) => nominalGain === gain);
  const has = (gains: readonly number[], rule: (levels: readonly Level[]) => Rule): Rule | string => {
    const missing = gains.find((gain) => at(gain).length === 0);
    return missing === undefined
      ? rule(gains.flatMap(at))
      : `the codec of the paper has no rung with a gain of ${missing}`;
  };
  const byFeedback = (...gains: number[]) => has(gains, (own) => byLevel(own, trueErrors));
  const autoencoder = (gain: number): Rule | string =>
    levelsOf(cae).some(({ nominalGain }) => nominalGain === gain) ? always(caeName(gain)) : NO_CAE;
  // The paper's methods bound the rhythm task only.
  const rhythmOnly = { ...bounds, peaks: Infinity, reconstruction: Infinity };
  const fixed = (name: string, rule: Rule | string): Method => ({ name, rule, bounds: rhythmOnly, chooses: false });
  const choosing = (name: string, rule: Rule | string): Method => ({ name, rule, bounds: rhythmOnly, chooses: true });
  const bothTasks = { ...bounds, reconstruction: Infinity };
  const predicted = (name: string, predictor: Predictor, own: Bounds): Method => {
    const { choiceFor } = predictor;
    return { name, rule: byPrediction(predictor, ladder), bounds: own, choiceFor, chooses: true };
  };
  return [
    fixed('raw', always('raw')),
    fixed('gzip', always('gzip')),
    fixed('lossless', always(ladder.lossless.name)),
    fixed('cae-32', autoencoder(32)),
    fixed('cae-64', autoencoder(64)),
    choosing(
      'paper-predictor',
      labelPredictor === undefined ? NO_LABEL_PREDICTOR : has([32, 64], (own) => byLevel(own, labelPredictor)),
    ),
    choosing('paper-oracle-2', byFeedback(64)),
    choosing('paper-oracle-3', byFeedback(32, 64)),
    choosing(
      'paper-predictor-added',
      has([32, 64], (own) => byLevel(own, predictedErrors)),
    ),
    choosing('static-16', byFeedback(16)),
    choosing('static-32', byFeedback(32)),
    choosing('static-64', byFeedback(64)),
    predicted('ladder-predictor', first, bothTasks),
    ...others.map((predictor) => predicted(`ladder-${predictor.name}`, predictor, bothTasks)),
    { name: 'ladder-oracle', rule: byTruth(ladder), bounds: bothTasks, chooses: true },
    { ...predicted('ladder-default', first, shipped), chooses: false },
  ];
}
