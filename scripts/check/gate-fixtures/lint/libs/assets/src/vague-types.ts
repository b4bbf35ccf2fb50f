// breaks: house/names (3)
export class AssetManager {}

export class BaseAsset {}

export interface IAsset {
  readonly id: string;
}

export class Database {}
