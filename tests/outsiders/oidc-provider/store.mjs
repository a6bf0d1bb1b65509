// Where the provider keeps what it issues: in memory, and outside of it, so that a provider with new keys goes on with it.
// The interface is oidc-provider's own; `name` is the kind of what is kept.

const kept = new Map();

export class Store {
  constructor(name) {
    this.name = name;
  }

  key(id) {
    return `${this.name}:${id}`;
  }

  async upsert(id, payload, expiresIn) {
    const until = expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000;
    kept.set(this.key(id), { payload, until });
  }

  async find(id) {
    const entry = kept.get(this.key(id));
    return entry && Date.now() < entry.until ? entry.payload : undefined;
  }

  async findByUid(uid) {
    return this.first((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode) {
    return this.first((payload) => payload.userCode === userCode);
  }

  async consume(id) {
    const entry = kept.get(this.key(id));
    if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    kept.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, { payload }] of this.own()) if (payload.grantId === grantId) kept.delete(key);
  }

  first(matches) {
    for (const [, { payload, until }] of this.own()) if (Date.now() < until && matches(payload)) return payload;
    return undefined;
  }

  *own() {
    for (const entry of kept) if (entry[0].startsWith(`${this.name}:`)) yield entry;
  }
}
