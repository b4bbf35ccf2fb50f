// breaks: rooms-in-order-persistence (2)
import '#audit';
import '#config';
