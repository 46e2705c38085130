export type { Clock } from "./clock.ts";
export type { Endpoint } from "./endpoints.ts";
export type { Answer, Fault, Faults, Held, Times } from "./faults.ts";
export { type Issuer, type LogLine, type SignInOptions, type Switched, startIssuer } from "./issuer.ts";
export type { ClientOptions, IssuerOptions, PersonOptions, ResourceOptions } from "./options.ts";
export type { AddedClient, TestClient, TestPerson } from "./registered.ts";
export { TestingError } from "./testing-error.ts";
export type { LogoutTokenOptions, TokenOptions } from "./tokens.ts";
export type { Manners, Visited, VisitOptions, Visitor } from "./visitor/visitor.ts";
