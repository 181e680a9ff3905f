import { type KubeObject, timestamp } from '../../../objects/object.ts';
import { bodyObject } from '../body.ts';
import type { ResourceCall } from '../call.ts';
import { badRequest } from '../errors.ts';
import type { User } from '../user.ts';

function userInfo({ name, uid, groups, extra }: User) {
  return {
    username: name,
    ...(uid ? { uid } : {}),
    groups,
    ...(extra && Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** Whose token is this? */
export function tokenReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  const { token = '', audiences } = review.spec ?? {};
  if (token === '') throw badRequest('token is required for TokenReview in authentication');
  const user = call.server.userOfToken(token, call.now, audiences?.length ? audiences : undefined);
  const status = user
    ? { authenticated: true, user: userInfo(user), audiences: audiences ?? call.server.audiences }
    : { user: {}, error: 'invalid bearer token' };
  return { ...review, status };
}

/** Who am I? */
export function selfSubjectReview(call: ResourceCall): KubeObject {
  const review = bodyObject(call, call.served);
  const metadata = { ...review.metadata, creationTimestamp: timestamp(call.now) };
  return { ...review, metadata, status: { userInfo: userInfo(call.user) } };
}
