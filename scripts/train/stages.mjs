// The trainings behind the models that ship, in the order in which one needs the other. Numbers are those they were trained with.
import { join, resolve } from 'node:path';

/**
 * @param {{ cinc: string, mitdb: string, nstdb: string, work: string }} folders
 * @returns {{ name: string, args: string[] }[]} what each stage gives to `dynamic-deep`
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
    // Goes on from what `neural` left in its folder; so does `predictor` with `compressor`.
    stage('ladder', 'ladder', at('cinc'), work('neural')),
    // Hears what this codec sends; then all that was measured with the classifier before is measured anew.
    stage('rhythm-robust', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '6', '--seed', '3', '--from', 'models', '--share', '1', '--teachers', `${teacher},models`], work('rhythm-3')), // prettier-ignore
    stage('ladder-robust', 'ladder', at('cinc'), ['--keep'], work('ladder')),
    // Those that shipped before had learnt no measures of the beats; the last of them taught the one that ships.
    stage('rhythm-beats', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '20', '--seed', '11', '--teachers', 'models', '--models', beats], work('rhythm-4')), // prettier-ignore
    stage('rhythm-robust-beats', 'rhythm', at('cinc'), at('nstdb'), ['--epochs', '6', '--seed', '13', '--from', beats, '--teachers', `models,${beats}`], work('rhythm-5')), // prettier-ignore
    stage('ladder-beats', 'ladder', at('cinc'), ['--keep'], work('ladder-2')),
    // Two that go on from the RPnet before; the second leaves their mean, and a little of what they began with.
    stage('peaks-first', 'peaks', at('mitdb'), at('nstdb'), ['--steps', '800', '--seed', '21', '--from', 'models', '--codec', 'models', '--models', peaks], work('peaks-2')), // prettier-ignore
    stage('peaks-robust', 'peaks', at('mitdb'), at('nstdb'), ['--steps', '800', '--seed', '23', '--from', 'models', '--codec', 'models', '--averaged-with', peaks, '--share', '0.91'], work('peaks-3')), // prettier-ignore
    stage('dense', 'dense', at('cinc'), ['--steps', '1500'], work('dense')),
    // The encoder that ships sees the records that it was trained on.
    stage('reference', 'reference', ['--records', resolve(folders.cinc), '--split', 'models/splits/cinc2017.csv']),
    stage('compressor', 'compressor', at('cinc'), at('mitdb'), work('codec')),
    stage('predictor', 'predictor', at('cinc'), work('codec')),
    stage('pvc', 'pvc', at('mitdb'), ['--json', 'bench/results/pvc.json'], work('pvc')),
  ];
}
