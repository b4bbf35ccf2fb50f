export class State {}
