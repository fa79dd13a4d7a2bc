import assert from 'node:assert/strict';
import { test } from 'node:test';

import { anyUsesFlyte, usesFlyte } from '../src/detect';

for (const text of [
  'from flytekit import task\n',
  'import flytekit as fl\n',
  '"""Doc."""\n\nimport os, flytekit\n',
  'try:\n    from flytekit.types.file import FlyteFile\nexcept ImportError:\n    pass\n',
  'import flyte\r\n',
  'from flyteplugins.spark import Spark\n',
  'from flytekitplugins.spark import Spark\n',
  'import union\n',
]) {
  test(`Flyte code is seen: ${JSON.stringify(text)}`, () => assert.equal(usesFlyte(text), true));
}

for (const text of [
  '',
  'import os\n',
  '# import flytekit\n',
  'import os  # flytekit\n',
  'from prefect import task\n',
  'name = "flytekit"\n',
  'from myflyte import task\n',
  'from sqlalchemy import union\n',
  'from flyted import x\n',
  'import unions\n',
]) {
  test(`other code is left alone: ${JSON.stringify(text)}`, () => assert.equal(usesFlyte(text), false));
}

test('one file of many is found, and no more are read than needed', async () => {
  const read: number[] = [];
  const text = async (file: number) => {
    read.push(file);
    return file === 3 ? 'import flytekit' : 'import os';
  };
  assert.equal(await anyUsesFlyte([...Array(100).keys()], text, 4), true);
  assert.deepEqual(read, [0, 1, 2, 3]);
});

test('a file that cannot be read holds no Flyte code', async () => {
  const found = await anyUsesFlyte([1, 2], () => Promise.reject(new Error('no permission')));
  assert.equal(found, false);
});
