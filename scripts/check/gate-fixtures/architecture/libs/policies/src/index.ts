export { Money as policies } from '#kernel';
