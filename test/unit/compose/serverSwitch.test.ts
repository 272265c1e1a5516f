// What the buttons of the page do with a program: switched off it ends with what it started, switched on or connected it runs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { stateOf } from '../../support/mcp/connections.ts';
import { approve, open, type Place, project, raw, standing } from './serversKit.ts';

function pidsOf(place: Place): number[] {
  return readFileSync(path.join(place.folder, 'pids'), 'utf8').trim().split('\n').map(Number);
}
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // It has ended.
    return false;
  }
}
async function connected(place: Place): Promise<void> {
  const connection = place.servers.connections.get('docs');
  assert.ok(connection);
  await stateOf(connection, 'connected');
}
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
};

async function opened(): Promise<Place> {
  const place = await open({});
  const docs = raw({ pidFile: path.join(place.folder, 'pids'), grandchild: true });
  place.write('home/.claude.json', { mcpServers: { docs } });
  await place.reload();
  return place;
}

test('switched off a program ends with all it started; switched on it runs again, conversation or not', async () => {
  const place = await opened();
  assert.equal(place.servers.connections.get('docs')?.state().state, 'idle');
  await place.servers.enable('docs', true);
  await connected(place);
  const first = pidsOf(place);
  assert.ok(first.length === 3 && first.every(isAlive));
  await place.servers.enable('docs', false);
  assert.equal(standing(place), 'disabled mcp.config.disabled');
  await until(() => !first.some(isAlive));
  await place.servers.enable('docs', true);
  await connected(place);
  assert.equal(pidsOf(place).length, 6);
});

test('a person connects a server before any conversation, and all others start with that', async () => {
  const place = await opened();
  place.write('home/.claude.json', {
    mcpServers: { ...JSON.parse(place.read('home/.claude.json')).mcpServers, other: raw() },
  });
  await place.reload();
  await place.servers.reconnect('docs');
  await connected(place);
  const other = place.servers.connections.get('other');
  assert.ok(other);
  await stateOf(other, 'connected');
});

test('a server that is taken out of its file ends', async () => {
  const place = await open(project({}));
  const docs = raw({ pidFile: path.join(place.folder, 'pids'), grandchild: true });
  await place.servers.save('project', 'docs', docs);
  place.servers.start();
  await connected(place);
  const pids = pidsOf(place);
  await place.servers.remove('docs');
  await until(() => !pids.some(isAlive));
  assert.equal(standing(place), undefined);
  await assert.rejects(approve(place), /no longer what you saw/);
});
