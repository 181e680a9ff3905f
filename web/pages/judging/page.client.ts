import type { AttemptState } from '../../../server/http/protocol.ts';
import { send } from '../../parts/page.ts';

const POLL_MS = 700;

async function poll(): Promise<void> {
  try {
    const { graded } = await send<AttemptState>('GET', `/attempts/${document.body.dataset['attempt']}/state`);
    if (graded) location.reload();
    else setTimeout(poll, POLL_MS);
  } catch {
    setTimeout(poll, POLL_MS * 4);
  }
}

void poll();
