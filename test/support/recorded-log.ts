import { diag, DiagLogLevel } from '@opentelemetry/api';

/** Records what is logged through `diag`, as `level: text`, until stopped. */
export class RecordedLog {
  readonly lines: string[] = [];
  #isActive = true;

  constructor() {
    const record =
      (level: string) =>
      (...parts: unknown[]): void => {
        // The first part names the component; what has none is from the API itself.
        if (this.#isActive && parts.length > 1) this.lines.push(`${level}: ${parts.slice(1).join(' ')}`);
      };
    diag.setLogger(
      {
        error: record('error'),
        warn: record('warn'),
        info: record('info'),
        debug: record('debug'),
        verbose: record('verbose'),
      },
      { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
    );
  }

  stop(): void {
    this.#isActive = false;
    diag.disable();
  }
}
