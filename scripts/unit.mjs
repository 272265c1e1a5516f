// Runs the unit tests without installing or building anything. Arguments are parts of paths: only test files that
// contain one of them run.
import { nodeTests } from './nodeTests.mjs';

const { failed } = await nodeTests('test/unit', process.argv.slice(2));
process.exitCode = failed === 0 ? 0 : 1;
