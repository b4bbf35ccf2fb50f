/** A moment as the API writes it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
