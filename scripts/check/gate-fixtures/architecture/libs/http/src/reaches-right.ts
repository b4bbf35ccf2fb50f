// breaks: rooms-in-order-http
import '#audit';
