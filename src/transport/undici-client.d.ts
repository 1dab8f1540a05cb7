/** The one class of undici that is used, in a file of its own: to load all of undici takes four times as long. */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici';
  export default Client;
}
