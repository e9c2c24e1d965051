/// The names of protocols that are told and not read.
public enum ProtocolName {
  /// The name that goes with an EtherType (IEEE 802 numbers), such as `ARP`.
  public static func etherType(_ type: UInt16) -> String? { etherTypes[type] }

  /// The name that goes with a number in an IP header (IANA "Protocol Numbers"), such as `OSPF`.
  public static func transport(_ number: UInt8) -> String? { transports[number] }

  private static let etherTypes: [UInt16: String] = [
    0x0BAD: "VINES", 0x0800: "IPv4", 0x0806: "ARP", 0x0842: "WOL", 0x22EA: "MSRP",
    0x22F0: "IEEE1722", 0x22F3: "TRILL", 0x4305: "BATADV", 0x6001: "MOP", 0x6002: "MOP",
    0x6003: "DEC DNA", 0x6004: "LAT", 0x6007: "DEC LAVC", 0x6558: "Ethernet", 0x8035: "RARP",
    0x809B: "AppleTalk", 0x80F3: "AARP", 0x8100: "VLAN", 0x8102: "SLPP", 0x8103: "VLACP",
    0x8137: "IPX", 0x8138: "IPX", 0x8191: "NetBIOS", 0x86DD: "IPv6", 0x8808: "MAC control",
    0x8809: "LACP", 0x880B: "PPP", 0x8847: "MPLS", 0x8848: "MPLS", 0x8863: "PPPoED",
    0x8864: "PPPoES", 0x886D: "INTEL ANS", 0x8870: "LLC", 0x8874: "BRCM", 0x887B: "HomePlug",
    0x888E: "EAPOL", 0x8892: "PROFINET", 0x8899: "RRCP", 0x889A: "HyperSCSI", 0x88A2: "AoE",
    0x88A4: "ECAT", 0x88AB: "EPL", 0x88B5: "experimental", 0x88B6: "experimental",
    0x88B8: "GOOSE", 0x88B9: "GSE", 0x88BA: "SV", 0x88BE: "ERSPAN", 0x88BF: "MikroTik RoMON",
    0x88C7: "EAPOL", 0x88CA: "TIPC", 0x88CC: "LLDP", 0x88CD: "SERCOS III", 0x88D9: "LLTD",
    0x88DC: "WSMP", 0x88E1: "HomePlug AV", 0x88E3: "MRP", 0x88E5: "MACSEC", 0x88E7: "PBB",
    0x88F5: "MVRP", 0x88F6: "MMRP", 0x88F7: "PTP", 0x88F8: "NCSI", 0x88FB: "PRP", 0x8902: "CFM",
    0x8903: "FabricPath", 0x8906: "FCoE", 0x890D: "TDLS", 0x8914: "FIP", 0x8915: "RoCE",
    0x8926: "VNTag", 0x892F: "HSR", 0x894F: "NSH", 0x9000: "LOOP", 0x9003: "ERSPAN",
    0x9998: "packet logger", 0xA0ED: "6LoWPAN", 0xB7EA: "GRE control", 0xCAFE: "Veritas LLT",
    0xDADA: "SSTP", 0xFF00: "RealTek",
  ]

  private static let transports: [UInt8: String] = [
    0: "hop-by-hop options", 1: "ICMP", 2: "IGMP", 3: "GGP", 4: "IPv4", 5: "ST", 6: "TCP",
    7: "CBT", 8: "EGP", 9: "IGRP", 12: "PUP", 16: "CHAOS", 17: "UDP", 18: "MUX", 20: "HMP",
    22: "XNS-IDP", 27: "RDP", 28: "IRTP", 29: "ISO-TP4", 30: "NETBLT", 33: "DCCP", 34: "3PC",
    35: "IDPR", 36: "XTP", 37: "DDP", 39: "TP++", 40: "IL", 41: "IPv6", 42: "SDRP",
    43: "routing header", 44: "fragment", 45: "IDRP", 46: "RSVP", 47: "GRE", 48: "DSR", 49: "BNA",
    50: "ESP", 51: "AH", 52: "I-NLSP", 53: "SWIPE", 54: "NARP", 55: "MINENC", 56: "TLSP",
    57: "SKIP", 58: "ICMPv6", 59: "no next header", 60: "destination options", 62: "CFTP",
    66: "RVD", 73: "CPHB", 77: "SUN-ND", 80: "ISO-IP", 81: "VMTP", 83: "VINES", 85: "NSFNET-IGP",
    86: "DGP", 87: "TCF", 88: "EIGRP", 89: "OSPF", 91: "LARP", 92: "MTP", 93: "AX.25",
    94: "IPIP", 97: "EtherIP", 98: "ENCAP", 103: "PIM", 105: "SCPS", 106: "QNX", 108: "IPComp",
    109: "SNP", 111: "IPX in IP", 112: "VRRP", 113: "PGM", 115: "L2TP", 118: "STP", 121: "SMP",
    123: "PTP", 124: "ISIS", 128: "SSCOPMCE", 129: "IPLT", 132: "SCTP", 133: "FC",
    134: "RSVP-E2E-IGNORE", 135: "MIPv6", 136: "UDP-Lite", 137: "MPLS", 138: "MANET", 139: "HIP",
    140: "Shim6", 141: "WESP", 142: "ROHC", 143: "Ethernet", 255: "reserved",
  ]
}
