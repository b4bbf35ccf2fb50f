// breaks: no-console
console.log('started');
