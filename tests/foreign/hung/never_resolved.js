// The promise is resolved by an event that never comes, because the client is never told to send
// anything. The open server keeps the program alive.
const net = require('net');

const server = net.createServer();

async function firstMessage() {
  return new Promise((resolve) => {
    server.on('connection', (socket) => socket.on('data', resolve));
    server.listen(0, '127.0.0.1', () => net.connect(server.address().port, '127.0.0.1'));
  });
}

firstMessage().then((message) => {
  console.log(String(message));
  server.close();
});
