export { Money as api } from '#kernel';
