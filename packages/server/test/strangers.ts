import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A server of somebody else, on loopback: what Gatehouse calls on a client's word. */
export interface Stranger extends AsyncDisposable {
	readonly port: number;
	/** `127.0.0.1:port` */
	readonly host: string;
	/** How many connections were made to it. */
	readonly connections: () => number;
	readonly requests: readonly IncomingMessage[];
	/** Resolves with the next connection that ends. */
	readonly nextEnd: () => Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Opens one that answers like this; with TLS it is `rp.example`, and its certificate is {@link certificate}. */
export async function openStranger(answer: Answer, how: { readonly tls?: boolean } = {}): Promise<Stranger> {
	const requests: IncomingMessage[] = [];
	const sockets = new Set<Socket>();
	const ends: (() => void)[] = [];
	let connections = 0;
	const answered: Answer = (request, response) => {
		requests.push(request);
		answer(request, response);
	};
	const server = how.tls ? createTlsServer({ cert: certificate, key: certificateKey }, answered) : createServer(answered);
	server.on("connection", (socket: Socket) => {
		connections += 1;
		sockets.add(socket);
		socket.on("error", () => {});
		socket.on("close", () => {
			sockets.delete(socket);
			for (const end of ends.splice(0)) end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	return {
		port,
		host: `127.0.0.1:${port}`,
		connections: () => connections,
		requests,
		nextEnd: () => new Promise((resolve) => ends.push(resolve)),
		async [Symbol.asyncDispose]() {
			const closed = new Promise((resolve) => server.close(resolve));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}

/** Of `rp.example`, signed by itself, until the year 2126. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBmDCCAT6gAwIBAgIUHFRyaK81Mw+CHfajgmToumE/+BAwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKcnAuZXhhbXBsZTAgFw0yNjExMzAyMjQ3MDdaGA8yMTI2MTEw
NjIyNDcwN1owFTETMBEGA1UEAwwKcnAuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABM8IOID7DmcsrXrpW+IpqR0zPz+9FRCiRdKTb0v8wg+VkAseIsGA
KqQEptADOFrFRZP7qN0k+4/s0IIw6sfdk7CjajBoMB0GA1UdDgQWBBRDDz1PtSW0
wNyFQJBEdtx8QN4QMDAfBgNVHSMEGDAWgBRDDz1PtSW0wNyFQJBEdtx8QN4QMDAP
BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCnJwLmV4YW1wbGUwCgYIKoZIzj0E
AwIDSAAwRQIhALBR5Gx9ejA4zV5blFshJPbCvx9gnVOWkhytQPBLIqdqAiAoh+Sc
O5bTHfRI75Lck+t/4pMPMs7+G4Do2YJ5aOJSKg==
-----END CERTIFICATE-----
`;

const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg1hEmxT1HeaR8ykqH
ZrkjHigK2NVZxVOKrumTfVtDL9ihRANCAATPCDiA+w5nLK166VviKakdMz8/vRUQ
okXSk29L/MIPlZALHiLBgCqkBKbQAzhaxUWT+6jdJPuP7NCCMOrH3ZOw
-----END PRIVATE KEY-----
`;
