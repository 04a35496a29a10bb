"""Adds the NAT gateways of a VPC and their addresses, which ministack has as APIs without resource types.

The block of addresses of a VPC is an attribute, which interface endpoints name.

They are records, as all of ministack's networks: handlers reach the network of the machine that they run on.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-natgateway.html
"""

from collections.abc import Callable
from typing import Any, Final

from ..core import hooks
from . import provisioning
from .resource_types import Identity, Place, Properties, register

_ec2 = hooks.module("services.ec2")
_addresses: dict[str, dict[str, Any]] = hooks.attribute(_ec2, "_addresses")
_gateways: dict[str, dict[str, Any]] = hooks.attribute(_ec2, "_nat_gateways")
_allocate: Callable[[Properties], object] = hooks.attribute(_ec2, "_allocate_address")
_create_gateway: Callable[[Properties], object] = hooks.attribute(_ec2, "_create_nat_gateway")

_SETTINGS: Final = ("SubnetId", "AllocationId", "ConnectivityType")


def install() -> None:
    """Register the types.

    Raises:
        hooks.HookError: ministack provisions them itself now.
    """
    provisioning.wrap("AWS::EC2::VPC", "create", _create_vpc)
    register("AWS::EC2::EIP", _Address())
    register("AWS::EC2::NatGateway", _NatGateway())


def _create_vpc(
    original: Callable[[str, Properties, str], Identity], logical_id: str, properties: Properties, stack: str
) -> Identity:
    ref, attributes = original(logical_id, properties, stack)
    return ref, {**attributes, "CidrBlock": str(properties.get("CidrBlock", ""))}


def _made(
    records: dict[str, dict[str, Any]], make: Callable[[Properties], object], wanted: Properties
) -> str:
    """Call an API that answers in XML, and return the id of the record that it made."""
    before = set(records)
    make(wanted)
    (made,) = set(records) - before
    return made


class _Address:
    def create(self, _place: Place, properties: Properties) -> Identity:
        allocation = _made(_addresses, _allocate, {"Domain": properties.get("Domain", "vpc")})
        address = str(_addresses[allocation]["PublicIp"])
        return address, {"AllocationId": allocation, "PublicIp": address}

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        found = [name for name, each in _addresses.items() if each["PublicIp"] == ref]
        if not found or old.get("Domain") != new.get("Domain"):
            return self.create(place, new)
        return ref, {"AllocationId": found[0], "PublicIp": ref}

    def delete(self, ref: str, _properties: Properties) -> None:
        for name in [name for name, each in _addresses.items() if each["PublicIp"] == ref]:
            del _addresses[name]


class _NatGateway:
    def create(self, _place: Place, properties: Properties) -> Identity:
        settings = {name: [properties[name]] for name in _SETTINGS if name in properties}
        gateway = _made(_gateways, _create_gateway, settings)
        return gateway, {"NatGatewayId": gateway}

    def update(self, place: Place, ref: str, old: Properties, new: Properties) -> Identity:
        unchanged = all(old.get(name) == new.get(name) for name in _SETTINGS)
        return (ref, {"NatGatewayId": ref}) if unchanged else self.create(place, new)

    def delete(self, ref: str, _properties: Properties) -> None:
        _gateways.pop(ref, None)
