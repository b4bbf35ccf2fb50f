// breaks: rooms-in-order-config
import '#persistence';
