/**
 * The one door to TensorFlow. Threads follow the CPU limit: TensorFlow reads these variables once, when it is loaded.
 * Loading it takes about a second and blocks: services load it in a worker thread only.
 */
import { availableParallelism } from 'node:os';
import './node-util-shim.js';

process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
process.env['TF_NUM_INTRAOP_THREADS'] ??= String(availableParallelism());
process.env['TF_NUM_INTEROP_THREADS'] ??= '1';

const tf = await import('@tensorflow/tfjs-node');
export default tf;
export type { LayersModel, SymbolicTensor, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node';
