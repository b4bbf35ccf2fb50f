export default process.env['DATABASE_URL'];
