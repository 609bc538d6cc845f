"""Writes specifications of any size: `python tests/bench/generate.py BYTES > spec.yaml`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

HEAD = """\
openapi: 3.0.0
info:
  title: Generated for measuring
  version: 1.0.0
x-yc-apigateway:
  service_account_id: aje0123456789abcdefg
  variables:
    stage:
      default: prod
      enum: [prod, test]
components:
  schemas:
    Item:
      type: object
      required: [id]
      properties:
        id: {type: string}
        name: {type: string, description: 'Имя'}
        tags:
          type: array
          items: {type: string}
    Error:
      type: object
      properties:
        message: {type: string}
  responses:
    Error:
      description: Ошибка
      content:
        application/json:
          schema:
            $ref: '#/components/schemas/Error'
  parameters:
    Limit:
      name: limit
      in: query
      schema: {type: integer, minimum: 1, maximum: 100}
  securitySchemes:
    token:
      type: http
      scheme: bearer
      x-yc-apigateway-authorizer:
        type: function
        function_id: d4e0123456789abcdefg
security:
  - token: []
paths:
"""

PATH = """\
  /group{group}/items{n}/{{id}}:
    parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
    get:
      summary: Returns item {n}
      operationId: getItem{n}
      tags: [group{group}]
      parameters:
        - $ref: '#/components/parameters/Limit'
        - name: fields
          in: query
          description: Which fields to return
          schema:
            type: array
            items:
              type: string
      responses:
        '200':
          description: The item
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Item'
        default:
          $ref: '#/components/responses/Error'
      x-yc-apigateway-integration:
        type: http
        url: https://backend.example.com/items{n}/{{id}}
        headers:
          '*': '*'
          X-Stage: ${{var.stage}}
        query:
          fields: '{{fields}}'
          limit: '{{limit}}'
    post:
      summary: Replaces item {n}
      operationId: postItem{n}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                name:
                  type: string
                  minLength: 1
                count:
                  type: integer
                  minimum: 0
      responses:
        200:
          description: Saved
          content:
            application/json:
              schema:
                type: object
                properties:
                  ok: {{type: boolean}}
      x-yc-apigateway-integration:
        type: cloud_functions
        function_id: d4e0123456789abcdefg
        tag: $latest
        payload_format_version: '1.0'
    delete:
      operationId: deleteItem{n}
      x-yc-apigateway-integration:
        type: dummy
        http_code: 200
        http_headers:
          Content-Type: application/json
        content:
          application/json: '{{"deleted": "{{id}}"}}'
"""


def parts(size: int, mistake_every: int = 0) -> Iterator[str]:
    """The specification piece by piece until `size` bytes; every n-th operation has a misspelt key."""
    yield HEAD
    written = len(HEAD.encode())
    n = 0
    while written < size:
        n += 1
        text = PATH.format(n=n, group=n % 50)
        if mistake_every and n % max(1, mistake_every // 3) == 0:
            text = text.replace("function_id", "functon_id")
        written += len(text.encode())
        yield text


def spec(size: int, mistake_every: int = 0) -> str:
    """A specification of about `size` bytes; `mistake_every` operations one is wrong (0: none)."""
    return "".join(parts(size, mistake_every))


if __name__ == "__main__":
    sys.stdout.write(spec(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
