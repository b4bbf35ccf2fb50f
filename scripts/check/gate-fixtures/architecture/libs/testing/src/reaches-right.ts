// breaks: rooms-in-order-testing
import '#positions';
