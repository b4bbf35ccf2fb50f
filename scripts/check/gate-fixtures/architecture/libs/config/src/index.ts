export { Money as Configured } from '#kernel';
