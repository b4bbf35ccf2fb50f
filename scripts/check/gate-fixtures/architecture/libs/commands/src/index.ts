export { Money as commands } from '#kernel';
