/** A table of nftables that a program keeps: what `nft` shows of it. */
export interface NftTable {
  readonly family: 'ip';
  readonly name: string;
  readonly comment?: string;
  readonly sets: readonly NftSet[];
  readonly chains: readonly NftChain[];
}

/** A set, or a map whose type and elements tell what they lead to. */
export interface NftSet {
  readonly kind: 'set' | 'map';
  readonly name: string;
  /** `ipv4_addr . inet_proto . inet_service : verdict`. */
  readonly type: string;
  readonly comment?: string;
  readonly size?: number;
  readonly flags?: string;
  readonly timeoutSeconds?: number;
  readonly elements: readonly string[];
}

export interface NftChain {
  readonly name: string;
  /** Where packets enter it; without one they are sent there. */
  readonly hook?: string;
  readonly comment?: string;
  readonly rules: readonly string[];
}
