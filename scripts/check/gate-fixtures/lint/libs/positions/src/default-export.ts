// breaks: house/no-default-export
export default class PositionsService {}
