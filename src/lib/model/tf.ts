/**
 * The only file that imports TensorFlow. Threads follow the CPU limit: TensorFlow reads the variables set here once, when it is
 * loaded. Loading it takes about a second and blocks: services load it in a worker thread only.
 */
import { cpuLimit } from './cpu-limit.js';
import './node-util-shim.js';

// oneDNN's training batch norm is wrong by a fifth for long signals (TensorFlow 2.18), and nothing here is faster with it.
process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '0';
process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
process.env['TF_NUM_INTRAOP_THREADS'] ??= String(cpuLimit());
process.env['TF_NUM_INTEROP_THREADS'] ??= '1';

const tf = await import('@tensorflow/tfjs-node');
export default tf;
export type { LayersModel, SymbolicTensor, Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-node';
