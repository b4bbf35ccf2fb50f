// breaks: house/no-save
export async function store(repository: { save(row: object): Promise<void> }): Promise<void> {
  await repository.save({});
}
