// What providers are given in tests: the platform's fetch, no stored key, no helper.
import type { VendorParts } from '../../src/providers/vendor.ts';
import { runHelper } from '../../src/util/runHelper.ts';

export function vendorParts(more: Partial<VendorParts> = {}): VendorParts {
  return { fetch, stored: async () => undefined, runHelper, helpers: () => ({}), tell: () => {}, ...more };
}
