// breaks: rooms-in-order-commands
import '#institutions';
