export { Money as audit } from '#kernel';
