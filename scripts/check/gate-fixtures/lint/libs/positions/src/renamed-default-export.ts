// breaks: house/no-default-export
class PositionsService {}
export { PositionsService as default };
