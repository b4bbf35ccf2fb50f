// breaks: rooms-in-order-seals
import '#policies';
