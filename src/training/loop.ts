/** One training loop for every network: AdamW, one-cycle rate, clipped gradients, checkpoints, history, progress. */
import { DynamicDeepError } from '../lib/errors/index.js';
import tf, { type LayersModel, type Tensor, type Variable } from '../lib/model/tf.js';
import { Checkpoint } from './checkpoint.js';
import { History, type Figures } from './history.js';
import { trainingProgress } from './progress.js';

type Scalar = ReturnType<typeof tf.scalar>;

export interface TrainingPlan {
  readonly name: string;
  /** Folder of checkpoints and history; a run that finds a checkpoint of the same plan resumes from it. */
  readonly work: string;
  readonly steps: number;
  /** Highest learning rate, reached after `warmup` of the steps; a cosine then lowers it to a thousandth. */
  readonly peakRate: number;
  readonly warmup: number;
  /** Decoupled weight decay (Loshchilov and Hutter, 2019) of kernels; biases and norms are exempt. */
  readonly weightDecay: number;
  /** Largest global norm of a step's gradient. */
  readonly clipNorm: number;
  /** Networks whose weights are saved; those named in `frozen` are not trained. */
  readonly networks: Readonly<Record<string, LayersModel>>;
  readonly frozen?: readonly string[];
  /** A network that is not trained but follows a trained one as running average of its weights (Polyak and Juditsky, 1992). */
  readonly average?: { readonly of: string; readonly into: string; readonly decay: number };
  /**
   * The loss of step `step`. Batches and their augmentation must depend on `step` only, so that a resumed run sees the same
   * ones; initial weights, dropout and the noise that replaces rounding may be drawn anew in every run.
   */
  loss(step: number): Scalar;
  /** Figures on the validation part, every `validateEvery` steps and at the end. */
  validate?(): Figures;
  readonly validateEvery?: number;
  /** Further identity of the plan: a checkpoint of another identity is refused. */
  readonly identity: Readonly<Record<string, unknown>>;
}

const CHECKPOINT_MS = 120_000;
/**
 * Steps of a run that may be left out. One record that is not finite is met about once an epoch and costs little; data full of
 * such records, or a network that has gone wrong and fails at every step, reaches this limit soon.
 */
const MOST_LEFT_OUT = 10;

/** @throws DynamicDeepError CHECKPOINT_INVALID; DATA_INVALID if more than 10 steps have no finite loss and gradient */
export async function train(plan: TrainingPlan): Promise<Figures> {
  const variables = Object.entries(plan.networks)
    .filter(([key]) => key !== plan.average?.into && !(plan.frozen ?? []).includes(key))
    .flatMap(([, network]) => network.trainableWeights.map(variableOf));
  const optimizer = tf.train.adam(plan.peakRate, 0.9, 0.99, 1e-7);
  const checkpoint = new Checkpoint(plan.work, { ...plan.identity, name: plan.name, steps: plan.steps });
  const history = new History(plan.work);
  const first = await checkpoint.restore(plan.networks, optimizer);
  const progress = trainingProgress(plan.name, plan.steps, first);
  let saved = Date.now();
  let smoothed = Number.NaN;
  let leftOut = 0;
  let figures: Figures = {};

  for (let step = first; step < plan.steps; step++) {
    const rate = oneCycle(step / plan.steps, plan.warmup) * plan.peakRate;
    const loss = applyStep(plan, step, rate, variables, optimizer);
    if (loss === undefined) {
      leftOut++;
      progress.tell(step + 1, `left out, its loss or gradient is not finite (${leftOut} so far)`);
      if (leftOut > MOST_LEFT_OUT) {
        progress.stop();
        throw new DynamicDeepError(
          'DATA_INVALID',
          `${plan.name}: ${leftOut} steps had no finite loss and gradient, the last of them ${step + 1}: values of the records are not finite, or the network has gone wrong`,
        );
      }
    } else {
      smoothed = Number.isNaN(smoothed) ? loss : 0.98 * smoothed + 0.02 * loss;
    }
    followAverage(plan, step);
    progress.update(step + 1, smoothed);
    const last = step + 1 === plan.steps;
    if (plan.validate && (last || (step + 1) % (plan.validateEvery ?? plan.steps) === 0)) {
      figures = plan.validate();
      progress.note(step + 1, figures);
    }
    if ((step + 1) % 50 === 0 || last) await history.append({ step: step + 1, loss: smoothed, rate, ...figures });
    if (Date.now() - saved > CHECKPOINT_MS || last) {
      await checkpoint.save(step + 1, plan.networks, optimizer);
      saved = Date.now();
    }
  }
  // A run that was already complete still returns its figures.
  if (first >= plan.steps && plan.validate) figures = plan.validate();
  progress.stop();
  optimizer.dispose();
  return figures;
}

/** Returns the step's loss; undefined if it or its gradient is not finite, which leaves every weight unchanged. */
function applyStep(
  plan: TrainingPlan,
  step: number,
  rate: number,
  variables: Variable[],
  optimizer: ReturnType<typeof tf.train.adam>,
): number | undefined {
  return tf.tidy(() => {
    // Normalisation layers update their moving moments while the loss is computed.
    const before = movingWeights(plan, variables).map((own) => [own, own.clone()] as const);
    const { value, grads } = tf.variableGrads(() => plan.loss(step), variables);
    // Adam finds its moments by position: a variable that does not occur in this step's loss still needs a gradient.
    const gradients = variables.map(
      (variable) => [variable.name, grads[variable.name] ?? tf.zerosLike(variable)] as const,
    );
    const norm = Math.sqrt(
      gradients.reduce((sum, [, gradient]) => sum + (tf.sum(tf.square(gradient)).dataSync()[0] ?? 0), 0),
    );
    const loss = value.dataSync()[0]!;
    // Either one would spoil every weight for good.
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      for (const [variable, own] of before) variable.assign(own);
      return undefined;
    }
    const scale = Math.min(1, plan.clipNorm / (norm + 1e-9));
    const clipped = Object.fromEntries(
      gradients.map(([name, gradient]) => [name, scale < 1 ? tf.mul(gradient, scale) : gradient]),
    );
    setRate(optimizer, rate);
    optimizer.applyGradients(clipped);
    if (plan.weightDecay > 0) {
      for (const variable of variables) {
        if (variable.rank > 1) variable.assign(tf.mul(variable, 1 - rate * plan.weightDecay));
      }
    }
    return loss;
  });
}

/** Weights of the networks, except the average, that no gradient moves. */
function movingWeights({ networks, average }: TrainingPlan, variables: readonly Variable[]): Variable[] {
  return Object.entries(networks)
    .filter(([key]) => key !== average?.into)
    .flatMap(([, network]) => network.weights.map(variableOf))
    .filter((variable) => !variables.includes(variable));
}

function followAverage({ average, networks }: TrainingPlan, step: number): void {
  if (average === undefined) return;
  // The initial weights are random: they are forgotten sooner than by the decay alone.
  const decay = Math.min(average.decay, (1 + step) / (10 + step));
  const target = networks[average.into]?.weights ?? [];
  tf.tidy(() => {
    networks[average.of]?.weights.forEach((weight, i) => {
      const variable = variableOf(target[i]!);
      variable.assign(tf.add(tf.mul(variable, decay), tf.mul(weight.read(), 1 - decay)));
    });
  });
}

/** tfjs keeps the rate in a protected field that it reads at every step; there is no other way to schedule it. */
function setRate(optimizer: object, rate: number): void {
  (optimizer as { learningRate: number }).learningRate = rate;
}

function oneCycle(progress: number, warmup: number): number {
  if (progress < warmup) return 0.04 + (0.96 * progress) / warmup;
  return 0.001 + 0.999 * 0.5 * (1 + Math.cos((Math.PI * (progress - warmup)) / (1 - warmup)));
}

/** The variable behind a layer's weight; `read` returns it typed as a plain tensor. */
function variableOf(weight: { read(): Tensor }): Variable {
  const variable: Tensor = weight.read();
  if (!(variable instanceof tf.Variable)) throw new Error('a trainable weight is not a variable');
  return variable as Variable;
}
