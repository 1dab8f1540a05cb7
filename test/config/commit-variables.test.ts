import assert from 'node:assert/strict';
import { commitFromEnvironment } from '../../src/config/commit-variables.js';

/** In the order in which they are asked. */
const VARIABLES = [
  'GITHUB_SHA',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_SHA',
  'CI_BUILD_REF',
  'CI_COMMIT_SHA',
  'BITBUCKET_COMMIT',
  'APPVEYOR_PULL_REQUEST_HEAD_COMMIT',
  'APPVEYOR_REPO_COMMIT',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
  'AWS_COMMIT_ID',
  'BUILD_SOURCEVERSION',
  'GIT_CLONE_COMMIT_HASH',
  'BUDDY_EXECUTION_REVISION',
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'CIRRUS_CHANGE_IN_REPO',
  'CF_REVISION',
  'CM_COMMIT',
  'CF_PAGES_COMMIT_SHA',
  'DRONE_COMMIT_SHA',
  'FC_GIT_COMMIT_SHA',
  'HEROKU_TEST_RUN_COMMIT_VERSION',
  'HEROKU_BUILD_COMMIT',
  'HEROKU_SLUG_COMMIT',
  'RAILWAY_GIT_COMMIT_SHA',
  'RENDER_GIT_COMMIT',
  'SEMAPHORE_GIT_SHA',
  'TRAVIS_PULL_REQUEST_SHA',
  'VERCEL_GIT_COMMIT_SHA',
  'VERCEL_GITHUB_COMMIT_SHA',
  'VERCEL_GITLAB_COMMIT_SHA',
  'VERCEL_BITBUCKET_COMMIT_SHA',
  'ZEIT_GITHUB_COMMIT_SHA',
  'ZEIT_GITLAB_COMMIT_SHA',
  'ZEIT_BITBUCKET_COMMIT_SHA',
  'CI_COMMIT_ID',
  'SOURCE_COMMIT',
  'SOURCE_VERSION',
  'GIT_COMMIT',
  'COMMIT_REF',
  'BUILD_VCS_NUMBER',
];

describe('commitFromEnvironment', () => {
  for (const name of VARIABLES) {
    it(`reads ${name}`, () =>
      assert.equal(commitFromEnvironment({ [name]: 'c0ffee', OTHER: 'x' }), 'c0ffee'));
  }

  for (const [index, name] of VARIABLES.slice(1).entries()) {
    const before = VARIABLES[index] ?? '';
    it(`asks ${before} before ${name}`, () => {
      assert.equal(commitFromEnvironment({ [name]: 'second', [before]: 'first' }), 'first');
    });
  }

  it('is nothing without any of them', () => {
    assert.equal(commitFromEnvironment({}), undefined);
    assert.equal(commitFromEnvironment({ COMMIT: 'c0ffee', SHA: 'c0ffee', github_sha: 'c0ffee' }), undefined);
  });

  const notFilledIn: readonly (readonly [what: string, env: Record<string, string | undefined>])[] = [
    ['is empty', { GITHUB_SHA: '' }],
    ['is undefined', { GITHUB_SHA: undefined }],
    ['holds its own name', { GITHUB_SHA: 'GITHUB_SHA' }],
  ];
  for (const [what, env] of notFilledIn) {
    it(`passes over a variable that ${what}`, () => {
      assert.equal(commitFromEnvironment(env), undefined);
      assert.equal(commitFromEnvironment({ ...env, SOURCE_COMMIT: 'c0ffee' }), 'c0ffee');
    });
  }
});
