// breaks: rooms-in-order-positions
import '#config';
