// breaks: rooms-in-order-assets
import '#policies';
