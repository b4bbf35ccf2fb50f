export { backends as anyAsset } from '#testing';
