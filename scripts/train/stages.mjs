// The trainings behind the shipped models, ordered so that each finds what it needs, with the numbers used for them.
import { join, resolve } from 'node:path';

/**
 * @param {{ cinc: string, mitdb: string, nstdb: string, work: string }} folders
 * @returns {{ name: string, args: string[] }[]} the arguments of `dynamic-deep` for each stage
 */
export function stagesOf(folders) {
  const at = (name) => [`--${name}`, resolve(folders[name])];
  const work = (name) => ['--work', resolve(folders.work, name)];
  const teacher = join(resolve(folders.work), 'teacher');
  const beats = join(resolve(folders.work), 'beats');
  const peaks = join(resolve(folders.work), 'peaks-first');
  const stage = (name, training, ...args) => ({ name, args: ['train', training, ...args.flat()] });
  return [
    stage('rhythm-teacher', 'rhythm', at('cinc'), at('nstdb'), ['--models', teacher], work('rhythm')),
    stage('rhythm', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '14', '--seed', '2', '--teachers', teacher], work('rhythm-2')), // prettier-ignore
    stage('peaks', 'peaks', at('mitdb'), at('nstdb'), work('peaks')),
    stage('neural', 'neural', at('cinc'), at('mitdb'), ['--steps', '2000'], work('neural')),
    // Continues from what `neural` left in its folder, as `predictor` does from `compressor`.
    stage('ladder', 'ladder', at('cinc'), work('neural')),
    // Trains on what this codec sends; then everything measured with the classifier before is measured again.
    stage('rhythm-robust', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '6', '--seed', '3', '--from', 'models', '--share', '1', '--teachers', `${teacher},models`], work('rhythm-3')), // prettier-ignore
    stage('ladder-robust', 'ladder', at('cinc'), ['--keep'], work('ladder')),
    // The earlier classifiers had not learnt measures of the beats; the last of them taught the one that ships.
    stage('rhythm-beats', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '20', '--seed', '11', '--teachers', 'models', '--models', beats], work('rhythm-4')), // prettier-ignore
    stage('rhythm-robust-beats', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '6', '--seed', '13', '--from', beats, '--teachers', `models,${beats}`], work('rhythm-5')), // prettier-ignore
    stage('ladder-beats', 'ladder', at('cinc'), ['--keep'], work('ladder-2')),
    // Both continue from the previous RPnet; the second writes their mean, mixed with a small share of that RPnet.
    stage('peaks-first', 'peaks', at('mitdb'), at('nstdb'), ['--steps', '800', '--seed', '21', '--from', 'models', '--codec', 'models', '--models', peaks], work('peaks-2')), // prettier-ignore
    stage('peaks-robust', 'peaks', at('mitdb'), at('nstdb'), ['--steps', '800', '--seed', '23', '--from', 'models', '--codec', 'models', '--averaged-with', peaks, '--share', '0.91'], work('peaks-3')), // prettier-ignore
    stage('dense', 'dense', at('cinc'), ['--steps', '1500'], work('dense')),
    // The shipped encoder runs on the records on which it was trained.
    stage('reference', 'reference', ['--records', resolve(folders.cinc), '--split', 'models/splits/cinc2017.csv']),
    stage('compressor', 'compressor', at('cinc'), at('mitdb'), work('codec')),
    stage('predictor', 'predictor', at('cinc'), work('codec')),
    stage('pvc', 'pvc', at('mitdb'), ['--json', 'bench/results/pvc.json'], work('pvc')),
  ];
}
