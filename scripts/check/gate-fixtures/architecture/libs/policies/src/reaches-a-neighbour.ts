// breaks: rooms-in-order-policies
import '#api-keys';
