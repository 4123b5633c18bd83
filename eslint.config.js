import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const roles = ['server', 'consumer', 'worker', 'cli', 'dev', 'bench'];
/** Forbids importing any of the named top-level folders of src, from any depth. */
const noFolders = (folders, message) => ({
  'no-restricted-imports': [
    'error',
    { patterns: [{ regex: `^(\\.\\./)+(${folders.join('|')})/`, message }] },
  ],
});
/** One folder owns each client library; everybody else goes through that folder. */
const clientOwners = [
  ['kafkajs', 'src/core/kafka'],
  ['pg', 'src/core/postgres'],
  ['ioredis', 'src/core/redis'],
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.ordersctl/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/core/**/*.ts'], rules: noFolders(roles, 'core knows no role') },
  {
    files: ['src/server/**/*.ts'],
    rules: noFolders(
      roles.filter((r) => r !== 'server'),
      'roles do not know each other',
    ),
  },
  {
    files: ['src/consumer/**/*.ts'],
    rules: noFolders(
      roles.filter((r) => r !== 'consumer'),
      'roles do not know each other',
    ),
  },
  {
    files: ['src/worker/**/*.ts'],
    rules: noFolders(
      roles.filter((r) => r !== 'worker'),
      'roles do not know each other',
    ),
  },
  {
    // Workflow code runs in a deterministic sandbox: no Node built-ins, no clients.
    files: ['src/worker/workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^node:', message: 'workflow code is deterministic: no Node built-ins' },
            {
              regex: '^(fs|os|path|crypto|http|https|net|timers|child_process)$',
              message: 'no Node built-ins',
            },
            { regex: '^(\\.\\./)+(server|consumer|cli|dev|bench)/', message: 'roles do not know each other' },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch'],
    },
  },
  ...clientOwners.map(([name, owner]) => ({
    files: ['src/**/*.{ts,tsx}'],
    ignores: [`${owner}/**`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name, message: `only ${owner} imports ${name}` }] },
      ],
    },
  })),
  {
    files: ['bin/**/*.{js,mjs}', '*.js', 'test/**/*.mjs', '.ci/*.mjs', 'deploy/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
