export { Money as institutions } from '#kernel';
