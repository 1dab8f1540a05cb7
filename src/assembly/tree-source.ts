/** Where trees come from. */
export interface TreeSource {
  /** Hands over every tree that has ended. */
  flush(): void;
  /** Hands over everything that has ended, for good. */
  drain(): void;
  readonly bufferedSpans: number;
}
