// breaks: rooms-in-order-assets
import '#positions';
