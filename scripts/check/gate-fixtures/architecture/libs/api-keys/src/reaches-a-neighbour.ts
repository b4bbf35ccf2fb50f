// breaks: rooms-in-order-api-keys
import '#assets';
