// breaks: rooms-in-order-client
import '#kernel';
