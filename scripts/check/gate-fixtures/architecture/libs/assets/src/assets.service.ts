import { institutions } from '#institutions';

export class AssetsService {
  readonly institutions = institutions;
}
