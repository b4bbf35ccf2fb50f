class Store {
  close(): void {}
}

export class PostgresStore extends Store {
  close(): void {}
}
