// breaks: house/explain-disable
// eslint-disable-next-line no-console
console.log('why is this allowed?');
