import neostandard from 'neostandard'

// The rule of imports is in .dependency-cruiser.mjs.
export default [
  ...neostandard({ ts: true, ignores: ['var/**', '.tap/**', 'coverage/**'] }),
  {
    rules: {
      '@stylistic/comma-dangle': 'off',
      '@stylistic/object-property-newline': 'off',
      '@stylistic/multiline-ternary': 'off',
      camelcase: 'off',
      '@stylistic/max-len': ['error', { code: 140 }],
      'max-lines': ['error', { max: 300 }],
    },
  },
]
